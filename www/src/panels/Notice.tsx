// Messages about the page as a whole: a file, a link, the machine itself.

import { embedded } from "../model/embed";
import { notices, say, sentence } from "../model/notices";
import { Icon } from "../parts/Icon";
import { Coded } from "../parts/Prose";
import { TourOffer } from "./TourOffer";

export function Notice() {
  const notice = notices.value.page;
  if (!notice) return embedded ? null : <TourOffer />;
  const news = notice.tone === "news";
  return (
    <div class={news ? "notice news" : "notice"} role={news ? "status" : "alert"}>
      <div class="said">
        <p>
          <Coded text={sentence(notice)} />
        </p>
        {notice.action && (
          <button class="button small" onClick={notice.action.run}>
            {notice.action.label}
          </button>
        )}
      </div>
      <button class="button quiet small" onClick={() => say("page", null)} aria-label="Dismiss this message">
        <Icon name="close" />
      </button>
    </div>
  );
}
