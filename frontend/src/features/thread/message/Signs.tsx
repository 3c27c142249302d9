import { Tooltip } from "@mantine/core";
import { IconArrowForwardUp, IconArrowForwardUpDouble, IconDeviceMobile, IconTag } from "@tabler/icons-react";

import type { Message } from "@/api";
import { useTranslation } from "@/i18n";

import { contentOf, isRecord, text } from "../content/read";
import classes from "./Signs.module.css";

/** Small marks above what a message says: passed on, written on the phone, about a product. */
export function Signs({ message }: { message: Message }) {
  const { t } = useTranslation();
  const { forwarded, origin } = message;
  const { product: asked } = contentOf(message);
  const product = isRecord(asked) ? text(asked.id) : "";
  const Arrow = forwarded === "frequently" ? IconArrowForwardUpDouble : IconArrowForwardUp;
  if (message.deleted_at) return null;
  return (
    <>
      {origin === "phone" && (
        <Tooltip label={t("content.fromPhoneExplained")} multiline maw={260}>
          <span className={classes.sign}>
            <IconDeviceMobile size={13} stroke={1.75} aria-hidden />
            {t("content.fromPhone")}
          </span>
        </Tooltip>
      )}
      {forwarded && (
        <span className={`${classes.sign} ${classes.slanted}`}>
          <Arrow size={14} stroke={1.75} aria-hidden />
          {t(forwarded === "frequently" ? "content.frequently" : "content.forwarded")}
        </span>
      )}
      {product && (
        <span className={classes.sign}>
          <IconTag size={13} stroke={1.75} aria-hidden />
          <span dir="auto">{t("content.product", { id: product })}</span>
        </span>
      )}
    </>
  );
}
