// What the reverse map of the whole machine takes of memory.
import { grouped } from "../../model/numbers";
import type { WayBackDto } from "../../wasm/types";

export function Cost({ cost }: { cost: WayBackDto["cost"] }) {
  const total = cost.items.reduce((sum, { count, each }) => sum + count * each, 0);
  if (cost.items.length === 0) return <p class="cost">Memory it takes: none, for nothing is kept.</p>;
  return (
    <table class="cost">
      <caption>Memory it takes, in the whole machine</caption>
      <tbody>
        {cost.items.map(({ what, count, each }) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>
              {grouped(count)} × {each} B
            </td>
            <td>{bytes(count * each)}</td>
          </tr>
        ))}
        <tr class="total">
          <th scope="row">{cost.pages === 1 ? "for 1 mapped page" : `for ${grouped(cost.pages)} mapped pages`}</th>
          <td>{cost.pages > 0 && `${(total / cost.pages).toFixed(1)} B each`}</td>
          <td>{bytes(total)}</td>
        </tr>
      </tbody>
    </table>
  );
}

const bytes = (n: number) => `${grouped(n)} B`;
