import type { Message } from "@/api";
import { useTranslation } from "@/i18n";
import { clockTime, fullTime, useZone } from "@/ui";

/** The hour under a message; on hover the whole date and when it was sent, received and read. */
export function MessageTime({ message }: { message: Message }) {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const say = (iso: string) => fullTime(iso, i18n.language, timeZone);
  const steps: [string, string | null][] = [
    [t("common.ticks.sent"), message.sent_at],
    [t("common.ticks.delivered"), message.delivered_at],
    [t("common.ticks.read"), message.read_at],
  ];
  const known = steps.flatMap(([word, at]) => (at ? [`${word}: ${say(at)}`] : []));
  return (
    <time
      dateTime={message.occurred_at}
      title={known.length > 0 ? known.join("\n") : say(message.occurred_at)}
      className="tabular"
    >
      {clockTime(message.occurred_at, i18n.language, timeZone)}
    </time>
  );
}
