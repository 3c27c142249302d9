import {
  IconDownload,
  IconFile,
  IconFileText,
  IconFileTypePdf,
  IconFileZip,
  IconMusic,
  IconPhoto,
  IconPresentation,
  IconTable,
  IconVideo,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Attachment } from "@/api";
import { useTranslation } from "@/i18n";
import { type FileFamily, fileFamily, fileTag, useFileSize } from "@/ui/media";
import type { IconType } from "@/ui/summary";

import { useTabIndex } from "../message/rowFocus";
import classes from "./FileCard.module.css";
import { useFileUrls } from "./useFileUrl";

const ICONS: Record<FileFamily, IconType> = {
  pdf: IconFileTypePdf,
  text: IconFileText,
  sheet: IconTable,
  slides: IconPresentation,
  archive: IconFileZip,
  image: IconPhoto,
  video: IconVideo,
  audio: IconMusic,
  file: IconFile,
};

/** A document: what it is, what it is called, how large, and the way to have it. */
export function FileCard({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const { original } = useFileUrls(attachment);
  const name = attachment.file_name || t("content.unnamedFile");
  if (!original || original.startsWith("blob:"))
    return (
      <div className={classes.card}>
        <Face attachment={attachment} name={name} />
      </div>
    );
  return (
    <a
      className={classes.card}
      href={original}
      download={attachment.file_name || true}
      tabIndex={tabIndex}
      aria-label={t("content.downloadFile", { name })}
    >
      <Face attachment={attachment} name={name}>
        <IconDownload className={classes.get} size={18} stroke={1.75} aria-hidden />
      </Face>
    </a>
  );
}

function Face({
  attachment,
  name,
  children,
}: {
  attachment: Attachment;
  name: string;
  children?: ReactNode;
}) {
  const toSize = useFileSize();
  const { mime_type: type, file_name: fileName, size_bytes: bytes } = attachment;
  const family = fileFamily(type, fileName);
  const Icon = ICONS[family];
  const facts = [fileTag(type, fileName), bytes && toSize(bytes)].filter(Boolean).join(" · ");
  return (
    <>
      <span className={classes.icon} data-family={family}>
        <Icon size={22} stroke={1.5} aria-hidden />
      </span>
      <span className={classes.words}>
        <span className={classes.name} dir="auto" title={name}>
          {name}
        </span>
        <span className={`${classes.facts} tabular`}>{facts}</span>
      </span>
      {children}
    </>
  );
}
