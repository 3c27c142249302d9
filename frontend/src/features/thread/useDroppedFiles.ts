import { type DragEvent, useRef, useState } from "react";

export interface Drop {
  isOver: boolean;
  /** What was let go here; a new object each time. */
  dropped: { files: File[] } | null;
  handlers: {
    onDragEnter: (event: DragEvent) => void;
    onDragOver: (event: DragEvent) => void;
    onDragLeave: (event: DragEvent) => void;
    onDrop: (event: DragEvent) => void;
  };
}

const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes("Files");

/** Files that are dragged over the conversation. */
export function useDroppedFiles(isAllowed: boolean): Drop {
  // Each element that is entered counts, and so does each that is left.
  const depth = useRef(0);
  const [isOver, setOver] = useState(false);
  const [dropped, setDropped] = useState<Drop["dropped"]>(null);
  const leave = () => {
    depth.current = 0;
    setOver(false);
  };
  return {
    isOver: isOver && isAllowed,
    dropped,
    handlers: {
      onDragEnter: (event) => {
        if (!hasFiles(event)) return;
        depth.current += 1;
        setOver(true);
      },
      onDragOver: (event) => {
        if (!hasFiles(event)) return;
        // Without this the browser would open the file in the place of the page.
        event.preventDefault();
        event.dataTransfer.dropEffect = isAllowed ? "copy" : "none";
      },
      onDragLeave: () => {
        depth.current -= 1;
        if (depth.current <= 0) leave();
      },
      onDrop: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        leave();
        const files = [...event.dataTransfer.files];
        if (isAllowed && files.length > 0) setDropped({ files });
      },
    },
  };
}
