import { Suspense } from "react";

import type { Attachment, Message } from "@/api";
import { later } from "@/ui";

import type { CardShown } from "../cards/Cards";
import { roomOf } from "../cards/roomOf";
import { useMessageActions } from "../message/actions";
import { FileCard } from "./FileCard";
import { FileState } from "./FileState";
import { ChoiceSign, Notice } from "./Notice";
import classes from "./Notice.module.css";
import { Picture } from "./Picture";
import { Sound } from "./Sound";
import { Sticker } from "./Sticker";
import type { Shown } from "./shown";
import { Video } from "./Video";

const Cards = later(() => import("../cards/Cards"));

/** What a message holds above its words, as its kind is shown. */
export function Content({ message, shown }: { message: Message; shown: Shown }) {
  switch (shown.as) {
    case "text":
    case "deleted":
      return null;
    case "file":
      return shown.attachment.state === "stored" ? (
        <StoredFile message={message} attachment={shown.attachment} />
      ) : (
        <FileState message={message} attachment={shown.attachment} />
      );
    case "location":
    case "contacts":
    case "order":
    case "flow":
      return <Card shown={shown} />;
    case "choice":
      return <ChoiceSign choice={shown.choice} />;
    default:
      return <Notice shown={shown} type={message.type} rawType={message.raw_type} />;
  }
}

function StoredFile({ message, attachment }: { message: Message; attachment: Attachment }) {
  const { openMedia } = useMessageActions();
  return <File attachment={attachment} caption={message.text} onOpen={() => openMedia(attachment.id)} />;
}

interface FileProps {
  attachment: Attachment;
  caption: string;
  /** Null while the file is on its way to the server. */
  onOpen: (() => void) | null;
}

/** A file that can be shown now. */
export function File({ attachment, caption, onOpen }: FileProps) {
  switch (attachment.kind) {
    case "image":
      return <Picture attachment={attachment} caption={caption} onOpen={onOpen} />;
    case "video":
      return <Video attachment={attachment} isSent={onOpen !== null} />;
    case "audio":
      return <Sound attachment={attachment} />;
    case "sticker":
      return <Sticker attachment={attachment} />;
    case "document":
      return <FileCard attachment={attachment} />;
  }
}

function Card({ shown }: { shown: CardShown }) {
  return (
    <Suspense fallback={<div className={classes.room} style={{ height: roomOf(shown) }} />}>
      <Cards shown={shown} />
    </Suspense>
  );
}
