import { Fragment, memo, type ReactNode, useMemo } from "react";

import classes from "./FormattedText.module.css";
import { type Block, type Inline, parse } from "./parse";

/** A message's words with WhatsApp's formatting. Built from elements only: nothing in it is read as HTML. */
export const FormattedText = memo(function FormattedText({ text }: { text: string }) {
  const blocks = useMemo(() => parse(text), [text]);
  return <>{blocks.map(renderBlock)}</>;
});

function renderBlock(block: Block, index: number): ReactNode {
  if (block.kind === "mono") {
    return (
      <pre key={index} className={classes.mono} dir="auto">
        {block.text}
      </pre>
    );
  }
  return (
    <span key={index} className={classes.lines}>
      {block.children.map(renderInline)}
    </span>
  );
}

function renderInline(node: Inline, index: number): ReactNode {
  switch (node.kind) {
    case "text":
      return <Fragment key={index}>{node.text}</Fragment>;
    case "code":
      return (
        <code key={index} className={classes.code}>
          {node.text}
        </code>
      );
    case "link":
      return (
        <a
          key={index}
          className={classes.link}
          href={node.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
        >
          {node.text}
        </a>
      );
    case "bold":
      return <strong key={index}>{node.children.map(renderInline)}</strong>;
    case "italic":
      return <em key={index}>{node.children.map(renderInline)}</em>;
    case "strike":
      return <s key={index}>{node.children.map(renderInline)}</s>;
  }
}
