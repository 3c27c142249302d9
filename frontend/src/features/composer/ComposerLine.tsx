import { IconClock, IconEye, IconPencil, IconUser } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { hoursAndMinutes, type MemberRef, type WindowState } from "@/api";
import { useTranslation } from "@/i18n";
import { usePresence } from "@/realtime";

import classes from "./Composer.module.css";

interface Props {
  conversationId: number;
  /** Null when there is nothing to count down. */
  window: Extract<WindowState, { kind: "open" }> | null;
  /** The one in charge when it is someone else. */
  colleague: string | null;
}

/** The thin line above the box: who else is here, and how long one may still write. */
export function ComposerLine({ conversationId, window, colleague }: Props) {
  return (
    <div className={classes.line}>
      <Who conversationId={conversationId} colleague={colleague} />
      {window && <Countdown window={window} />}
    </div>
  );
}

function Who({ conversationId, colleague }: { conversationId: number; colleague: string | null }) {
  const { t, i18n } = useTranslation();
  const { typing, viewing } = usePresence(conversationId);
  const names = (members: MemberRef[]) =>
    new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(members.map(({ name }) => name));
  const say = (icon: ReactNode, words: string) => (
    <span className={classes.who} role="status">
      {icon}
      <span dir="auto">{words}</span>
    </span>
  );
  if (typing.length > 0) {
    const words = t("composer.presence.typing", { count: typing.length, names: names(typing) });
    return say(<IconPencil size={14} stroke={1.75} aria-hidden />, words);
  }
  if (viewing.length > 0) {
    const words = t("composer.presence.viewing", { count: viewing.length, names: names(viewing) });
    return say(<IconEye size={14} stroke={1.75} aria-hidden />, words);
  }
  if (colleague)
    return say(
      <IconUser size={14} stroke={1.75} aria-hidden />,
      t("composer.colleague", { name: colleague }),
    );
  return <span className={classes.who} role="status" />;
}

function Countdown({
  window: { remainingMs, isClosing },
}: {
  window: Extract<WindowState, { kind: "open" }>;
}) {
  const { t } = useTranslation();
  const time = useDuration(remainingMs);
  return (
    <span
      className={`${classes.window} tabular`}
      data-closing={isClosing || undefined}
      title={t("composer.window.explained")}
    >
      <IconClock size={14} stroke={1.75} aria-hidden />
      {time === null ? t("composer.window.doubtful") : t("composer.window.left", { time })}
    </span>
  );
}

/** `3 h 12 min`; null when less than a minute is left. */
function useDuration(remainingMs: number): string | null {
  const { t } = useTranslation();
  const { hours, minutes } = hoursAndMinutes(remainingMs);
  if (hours > 0 && minutes > 0) return t("composer.duration.both", { hours, minutes });
  if (hours > 0) return t("composer.duration.hours", { hours });
  return minutes > 0 ? t("composer.duration.minutes", { minutes }) : null;
}
