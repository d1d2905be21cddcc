// The heads of a chart's first two columns: names, unseen, and what is drawn, between the ends of its scale.

export function ScaleHead({ label, from, to }: { label: string; from: string; to: string }) {
  return (
    <>
      <th scope="col">
        <span class="unseen">Name</span>
      </th>
      <th scope="col" class="chart-scale" aria-label={label}>
        <span>{from}</span>
        <span>{to}</span>
      </th>
    </>
  );
}
