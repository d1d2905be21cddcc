// The chart below a note: bars with whiskers in a table, which says their numbers, or curves or points with a table.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { theme } from "../dom/theme";
import { table } from "../model/chart";
import { say } from "../model/notices";
import { grouped } from "../model/numbers";
import { ScaleHead } from "../parts/ScaleHead";
import { asError } from "../wasm/error";
import { once } from "../wasm/once";
import type { ChartDto, ChartRowDto } from "../wasm/types";
import { Memories } from "./Memories";

const drawing = once(() => import("./curves"));

/** `large`: it has a panel for itself. */
export function Chart({ chart, large = false }: { chart: ChartDto; large?: boolean }) {
  const { along, rows, marked } = chart;
  const unit = !large ? 1 : rows.some(({ memory }) => memory !== null) ? LARGE : LARGEST;
  return (
    <>
      <Memories rows={rows} marked={marked} />
      {along === null ? <Bars chart={chart} unit={unit} /> : <Curves chart={chart} along={along} height={150 * unit} />}
    </>
  );
}

/** Pixels of a large chart for one of a small one, with memories above it and without. */
const LARGE = 1.5;
const LARGEST = 2.25;

/** Among the words of a note it has to be said; in place of the map it stands above. */
function Whose({ chart }: { chart: ChartDto }) {
  return chart.elsewhere ? <span class="count chart-whose">other machines</span> : null;
}

const number = (n: number) => (Number.isInteger(n) ? grouped(n) : String(Math.round(n * 100) / 100));

function Bars({ chart, unit }: { chart: ChartDto; unit: number }) {
  const { title, rows, to } = chart;
  const single = rows.every(({ values }) => values.length === 1);
  // Beside a single value, which the others are held against, their scale begins at 0, too.
  const held = rows.some(({ values }) => values.length === 1);
  const from = held || widely(chart) ? Math.min(0, chart.from) : chart.from;
  return (
    <table class="chart">
      <caption>
        {title} <Whose chart={chart} />
      </caption>
      <thead>
        <tr>
          <ScaleHead label={single ? "Bar" : "Spread"} from={number(from)} to={number(to)} />
          <th scope="col">
            {single ? (
              <span class="unseen">Value</span>
            ) : (
              <>
                median <small>range</small>
              </>
            )}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name} style={single ? undefined : { "--lifted": `${2 * BELOW * unit}px` }}>
            <th scope="row">{row.name}</th>
            <td>
              {single ? (
                <Bar value={row.median} from={from} to={to} unit={unit} />
              ) : (
                <Spread row={row} from={from} to={to} unit={unit} />
              )}
            </td>
            <td class="chart-number">
              {number(row.median)} <small>{row.min < row.max && `${number(row.min)} to ${number(row.max)}`}</small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** By how much the middle of a spread lies above that of its row, which has the dots as well: its label and its number
 *  are lifted to it. */
const BELOW = 3;

/** Whether the values lie so far apart that their scale may begin at 0 and still tell them apart. */
function widely({ from, to }: ChartDto): boolean {
  return to - from > to / 10;
}

/** Where a bar's scale begins and ends, and how many pixels its unit has. */
type Scale = { from: number; to: number; unit: number };

function Bar({ value, from, to, unit }: { value: number } & Scale) {
  const at = (n: number) => (to > from ? (100 * (n - from)) / (to - from) : 0);
  const [left, right] = [at(Math.min(0, value)), at(Math.max(0, value))];
  return (
    <svg class="spread" height={20 * unit} aria-hidden="true">
      <Guide y={10 * unit} />
      <rect class="amount" x={`${left}%`} width={`${right - left}%`} y={3 * unit} height={14 * unit} />
    </svg>
  );
}

/** From the label to what is drawn, wherever on the scale it begins. */
const Guide = ({ y }: { y: number }) => <line class="guide" x1="0" x2="100%" y1={y} y2={y} />;

/** Whiskers from the least to the most, a box between the quartiles, the median in it, a dot below for each value. */
function Spread({ row, from, to, unit }: { row: ChartRowDto } & Scale) {
  const at = (value: number) => `${to > from ? (100 * (value - from)) / (to - from) : 0}%`;
  const { min, q1, median, q3, max, values } = row;
  const words = `${values.length} values: ${number(min)} to ${number(max)}, half of them ${number(q1)} to ${number(q3)}`;
  return (
    <svg class="spread" height={20 * unit} role="img" aria-label={words}>
      <title>{words}</title>
      <Guide y={(10 - BELOW) * unit} />
      <line class="whisker" x1={at(min)} x2={at(max)} y1={7 * unit} y2={7 * unit} />
      <line class="whisker" x1={at(min)} x2={at(min)} y1={3 * unit} y2={11 * unit} />
      <line class="whisker" x1={at(max)} x2={at(max)} y1={3 * unit} y2={11 * unit} />
      <rect class="box" x={at(q1)} width={at(from + q3 - q1)} y={2 * unit} height={10 * unit} />
      <line class="median" x1={at(median)} x2={at(median)} y1={unit} y2={13 * unit} />
      {values.map((value, n) => (
        <circle key={n} cx={at(value)} cy={17.5 * unit} r={1.75 * unit} />
      ))}
    </svg>
  );
}

/** `height`: in pixels, without the names of the curves. */
function Curves({ chart, along, height }: { chart: ChartDto; along: string; height: number }) {
  const host = useRef<HTMLDivElement>(null);
  const { xs, columns } = table(chart);
  useEffect(() => draw(host.current!, chart, height), [JSON.stringify(chart), height]);
  return (
    <figure class="chart" aria-label={chart.title}>
      <figcaption>
        {chart.title} <Whose chart={chart} />
      </figcaption>
      <div class="curves" ref={host} aria-hidden="true" />
      <details>
        <summary>As a table</summary>
        <div class="chart-table" role="region" aria-label={`${chart.title}, as a table`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{along}</th>
                {chart.rows.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {xs.map((x, n) => (
                <tr key={n}>
                  <th scope="row">{number(x)}</th>
                  {columns.map((values, row) => (
                    <td key={row} class="chart-number">
                      {values[n] != null && number(values[n])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** What curves look like depends on the theme. */
const themed = (anew: () => void) =>
  effect(() => {
    theme.value;
    anew();
  });

/** Draws the curves once their code has come; gives what ends that. */
function draw(host: HTMLElement, chart: ChartDto, height: number): () => void {
  let end = () => {};
  let ended = false;
  drawing().then(
    ({ curves, drawn }) => {
      if (!ended) end = drawn(host, () => curves(host, chart, height), themed);
    },
    (thrown: unknown) => say("page", { message: `The curves could not be loaded: ${asError(thrown).message}` }),
  );
  return () => {
    ended = true;
    end();
  };
}
