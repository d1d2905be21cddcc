// The chart of other machines, in place of the machine that stands still meanwhile.
import { staged, unstage } from "../model/figure";
import { Chart } from "./Chart";

export function Figure() {
  const chart = staged.value?.chart;
  if (!chart) return null;
  return (
    <section class="panel figure-stage" aria-labelledby="figure-title">
      <div class="panel-head">
        <h2 id="figure-title">Other machines</h2>
        <span class="count">the lesson's own machine stands still</span>
        <button class="button small" onClick={unstage}>
          Show the lesson's machine
        </button>
      </div>
      <div class="figure-room">
        <Chart chart={chart} large />
      </div>
    </section>
  );
}
