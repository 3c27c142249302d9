import { IconSpeakerphone } from "@tabler/icons-react";

import type { Referral } from "@/api";
import { useTranslation } from "@/i18n";

import { safeHref } from "../format/links";
import classes from "./ReferralCard.module.css";
import { useTabIndex } from "./rowFocus";

/** The ad or post that led the customer here. Its picture lives with Meta and is not asked for. */
export function ReferralCard({ referral }: { referral: Referral }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const href = referral.source_url ? safeHref(referral.source_url) : null;
  return (
    <div className={classes.card}>
      <span className={classes.kind}>
        <IconSpeakerphone size={14} stroke={1.75} aria-hidden />
        {t(referral.source_type === "post" ? "content.referral.post" : "content.referral.ad")}
      </span>
      {referral.headline && (
        <span className={classes.headline} dir="auto">
          {referral.headline}
        </span>
      )}
      {referral.body && (
        <span className={classes.text} dir="auto">
          {referral.body}
        </span>
      )}
      {href && (
        <a
          className={classes.link}
          href={href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          tabIndex={tabIndex}
        >
          {t("content.referral.open", { host: new URL(href).hostname })}
        </a>
      )}
    </div>
  );
}
