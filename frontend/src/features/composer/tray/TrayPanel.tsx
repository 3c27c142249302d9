import { CloseButton } from "@mantine/core";
import { IconAlertTriangle, IconRefresh, IconX } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";

import { ApiError, type Attachment } from "@/api";
import { useErrorText, useTranslation } from "@/i18n";
import { useUpload, useUploads } from "@/realtime";
import { fileTag, useFileSize } from "@/ui/media";
import { kindIcon } from "@/ui/summary";

import classes from "./Tray.module.css";
import { MOST_FILES, type TrayItem } from "./trayStore";
import type { Refusal, Tray } from "./useTray";

/** The files that will go with the next message, above the box. */
export function TrayPanel({ tray }: { tray: Tray }) {
  const { t } = useTranslation();
  return (
    <>
      {tray.refusals.length > 0 && <Refusals refusals={tray.refusals} onClose={tray.dismissRefusals} />}
      {tray.items.length > 0 && (
        <ul className={classes.tray} aria-label={t("composer.files.list", { count: tray.items.length })}>
          {tray.items.map((item) => (
            <Tile
              key={item.uploadId}
              item={item}
              isSelected={tray.items.length > 1 && item.uploadId === tray.selectedId}
              onSelect={() => tray.select(item.uploadId)}
              onRemove={() => tray.remove(item.uploadId)}
            />
          ))}
        </ul>
      )}
    </>
  );
}

interface TileProps {
  item: TrayItem;
  isSelected: boolean;
  onSelect: () => void;
  onRemove: () => void;
}

function Tile({ item, isSelected, onSelect, onRemove }: TileProps) {
  const { t } = useTranslation();
  const uploads = useUploads();
  const errorText = useErrorText();
  const upload = useUpload(item.uploadId);
  if (!upload) return null;
  const { attachment, state, progress, error } = upload;
  const name = attachment.file_name || t(`media.kinds.${item.kind}`);
  const reason = error && errorText(new ApiError(422, error.code, error.message));
  const percent = Math.round(progress * 100);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Delete" && event.key !== "Backspace") return;
    event.preventDefault();
    onRemove();
  };
  return (
    <li className={classes.tile} data-selected={isSelected || undefined} data-state={state}>
      <button
        type="button"
        className={classes.face}
        aria-pressed={isSelected}
        title={reason ?? name}
        onClick={onSelect}
        onKeyDown={onKeyDown}
      >
        <Face attachment={attachment} url={uploads.copyOf(attachment.id) ?? attachment.url} name={name} />
      </button>
      {state === "uploading" && (
        <progress
          className={classes.progress}
          max={100}
          value={percent}
          aria-label={t("composer.files.uploading", { name })}
        />
      )}
      {state === "failed" && (
        <button
          type="button"
          className={classes.retry}
          title={reason ?? undefined}
          aria-label={t("composer.files.retry", { name })}
          onClick={() => uploads.retry(item.uploadId)}
        >
          <IconRefresh size={16} stroke={2} aria-hidden />
        </button>
      )}
      <button
        type="button"
        className={classes.remove}
        aria-label={t("composer.files.remove", { name })}
        onClick={onRemove}
      >
        <IconX size={13} stroke={2.5} aria-hidden />
      </button>
      {state === "failed" && (
        <span className={classes.reason} role="alert">
          {reason}
        </span>
      )}
    </li>
  );
}

function Face({ attachment, url, name }: { attachment: Attachment; url: string | null; name: string }) {
  const { kind, mime_type: type, file_name: fileName } = attachment;
  const toSize = useFileSize();
  if ((kind === "image" || kind === "sticker") && url)
    return <img className={classes.picture} src={url} alt={name} draggable={false} />;
  if (kind === "video" && url)
    return (
      // biome-ignore lint/a11y/useMediaCaption: only its first picture is shown
      <video
        className={classes.picture}
        src={`${url}#t=0.1`}
        preload="metadata"
        aria-label={name}
        tabIndex={-1}
      />
    );
  const Icon = kindIcon(kind);
  return (
    <span className={classes.file}>
      <Icon size={20} stroke={1.5} aria-hidden />
      <span className={classes.words}>
        <span className={classes.name} dir="auto">
          {name}
        </span>
        <span className={`${classes.facts} tabular`}>
          {[fileTag(type, fileName), attachment.size_bytes && toSize(attachment.size_bytes)]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </span>
    </span>
  );
}

/** What was not taken, and what one can do instead. */
function Refusals({ refusals, onClose }: { refusals: readonly Refusal[]; onClose: () => void }) {
  const { t } = useTranslation();
  const say = useRefusalText();
  return (
    <div className={classes.refusals} role="alert">
      <IconAlertTriangle size={17} stroke={1.75} aria-hidden />
      <ul>
        {refusals.map((refusal, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two files may bear the same name
          <li key={place}>
            <strong dir="auto">{refusal.name}</strong>: {say(refusal)}
          </li>
        ))}
      </ul>
      <CloseButton size="sm" aria-label={t("common.close")} onClick={onClose} />
    </div>
  );
}

function useRefusalText() {
  const { t } = useTranslation();
  const toSize = useFileSize();
  return ({ reason }: Refusal): string => {
    if (reason.problem === "size")
      return t(`composer.files.tooLarge.${reason.kind}`, { size: toSize(reason.mostBytes) });
    if (reason.problem === "many") return t("composer.files.tooMany", { count: MOST_FILES });
    return t(`composer.files.${reason.problem}`);
  };
}
