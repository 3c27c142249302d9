import { useTranslation } from "@/i18n";

import { fullTime, listTime, useZone } from "./time";
import { useNow } from "./useNow";

/** When something happened, as short as a list allows; the whole of it on hover. */
export function TimeLabel({ at, className }: { at: string; className?: string }) {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const now = useNow();
  const { language } = i18n;
  return (
    <time dateTime={at} title={fullTime(at, language, timeZone)} className={className}>
      {listTime(at, { language, timeZone, now, yesterday: t("common.yesterday") })}
    </time>
  );
}
