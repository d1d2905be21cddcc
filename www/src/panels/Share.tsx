// The link to what is on show: what it carries, how far it reaches, and files for when it does not reach far enough.

import { useRef } from "preact/hooks";
import { saveRecording, saveScript } from "../dom/save";
import { followed } from "../model/followed";
import { grouped } from "../model/numbers";
import { noLink, origin } from "../model/origin";
import { state } from "../model/session";
import { ran, source, unrun } from "../model/source";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { copied, copy, shareShown } from "./ShareButton";

export function Share() {
  return (
    <Dialog shown={shareShown} kind="share-dialog" title="Share what is on show">
      <Contents />
    </Dialog>
  );
}

function Contents() {
  const reach = origin.value?.reach;
  return (
    <>
      {reach === undefined && <p>The link is being made.</p>}
      {reach === "link" && <Link />}
      {noLink.value && <p class="warning">{noLink.value}</p>}
      {unrun.value && (
        <p class="warning">
          The script has edits that have not been run. {reach === "link" ? "The link" : "The recording"} is of the
          machine on show, which was made before them.
        </p>
      )}
      <h3>Files, which this page opens</h3>
      <p class="files">
        {!source.value.readOnly && (
          <button class="button" onClick={saveScript} title="What stands in the editor">
            <Icon name="save" /> Save script
          </button>
        )}
        <button
          class="button"
          onClick={() => void saveRecording()}
          disabled={!state.value}
          title="Every command so far, as JSON Lines"
        >
          <Icon name="save" /> Save recording
        </button>
      </p>
    </>
  );
}

function Link() {
  const field = useRef<HTMLInputElement>(null);
  const address = location.href;
  const copyMarked = () => {
    field.current?.select();
    void copy("Press Ctrl+C to copy the marked link.");
  };
  return (
    <>
      <p>It carries {carried()}.</p>
      <p class="link-field">
        <input
          ref={field}
          readOnly
          value={address}
          aria-label="Link"
          onFocus={(event) => event.currentTarget.select()}
        />
        <button class="button" onClick={copyMarked}>
          Copy link
        </button>
      </p>
      <p class="count" role="status">
        {grouped(address.length)} letters. {copied.value}
      </p>
    </>
  );
}

function carried(): string {
  const fields = origin.value?.fields ?? {};
  const what = fields.file ? `the file ${ran.value?.title ?? ""}`.trim() : fields.script ? "the script" : "the lesson";
  const count = followed.value.length;
  const more = count ? `, ${count === 1 ? "the command" : `the ${grouped(count)} commands`} given by hand since` : "";
  return `${what}${more}, the place in time and the selection`;
}
