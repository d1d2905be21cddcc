// The left column: the lesson's words, its script, and the console. It is the same beside one machine and beside
// several.

import { embedded, shows } from "../model/embed";
import { isOpen } from "../model/panels";
import { Guarded } from "../parts/Guarded";
import { Console } from "./Console";
import { Lesson } from "./Lesson";
import { Script } from "./Script";

export function Words() {
  return (
    <div class="column words">
      {(!embedded || shows("lesson")) && (
        <Guarded>
          <Lesson />
        </Guarded>
      )}
      {isOpen("script") && <Script />}
      {isOpen("console") && <Console />}
    </div>
  );
}
