// Text from a script: paragraphs and `code`, always as text, never as HTML.
export function Prose({ text }: { text: string }) {
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim());
  return (
    <>
      {paragraphs.map((paragraph, i) => (
        <p key={i}>
          <Coded text={paragraph} />
        </p>
      ))}
    </>
  );
}

/** A line of text in which `code` is set as code. */
export function Coded({ text }: { text: string }) {
  return <>{text.split("`").map((part, i) => (i % 2 ? <code key={i}>{part}</code> : part))}</>;
}
