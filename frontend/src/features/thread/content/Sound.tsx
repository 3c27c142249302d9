import type { Attachment } from "@/api";
import { useTranslation } from "@/i18n";
import { AudioPlayer } from "@/ui/media";

import { useTabIndex } from "../message/rowFocus";
import classes from "./Media.module.css";
import { useFileUrls } from "./useFileUrl";

/** A voice note, or a song with its name. */
export function Sound({ attachment }: { attachment: Attachment }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const { playable, original } = useFileUrls(attachment);
  const { id, is_voice: isVoice, file_name: name, waveform, duration_ms: durationMs } = attachment;
  if (!playable) return null;
  return (
    <div className={classes.sound}>
      {!isVoice && name && (
        <p className={classes.soundName} dir="auto">
          {name}
        </p>
      )}
      <AudioPlayer
        id={`attachment-${id}`}
        source={playable}
        label={isVoice ? t("media.kinds.voice") : name || t("media.kinds.audio")}
        levels={waveform}
        durationMs={durationMs}
        downloadUrl={original ?? undefined}
        tabIndex={tabIndex}
      />
    </div>
  );
}
