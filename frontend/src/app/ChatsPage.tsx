import { useCallback, useEffect, useState } from "react";
import { useLocation } from "wouter";

import { ChannelNotice, ChannelNotices } from "@/features/channel";
import { Composer } from "@/features/composer";
import { ContactPanel, MergeBar } from "@/features/contact";
import { ListPanel, useUnreadTitle } from "@/features/list";
import { ThreadPanel } from "@/features/thread";
import { useHome } from "@/realtime";

import classes from "./ChatsPage.module.css";
import { useIsNarrow, useIsWide } from "./layout";
import { NotFound } from "./NotFound";
import { paths } from "./paths";
import { remembered } from "./remembered";
import { StrayNotice } from "./StrayNotice";

const contactChoice = remembered("contact-panel");

interface Props {
  slug: string;
  conversationId: string | undefined;
}

/** List, conversation and contact, side by side as far as there is room. */
export function ChatsPage({ slug, conversationId }: Props) {
  useUnreadTitle();
  const [, navigate] = useLocation();
  const isWide = useIsWide();
  const isNarrow = useIsNarrow();
  const [isDocked, setDocked] = useState(() => contactChoice.get() !== "closed");
  const [isOver, setOver] = useState(false);
  const id = conversationId === undefined ? null : Number(conversationId);
  const hrefOf = useCallback((id: number) => paths.conversation(slug, id), [slug]);
  const home = useHome(id);
  useEffect(() => {
    // Two contacts have become one: whoever looks at the other's chat looks at the one's now.
    if (home !== null && home !== id) navigate(paths.conversation(slug, home), { replace: true });
  }, [home, id, navigate, slug]);
  const contactOpen = isWide ? isDocked : isOver;
  const isOverList = isNarrow && id !== null;

  const showContact = (open: boolean) => {
    if (!isWide) return setOver(open);
    contactChoice.set(open ? "open" : "closed");
    setDocked(open);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a panel that lies over a chat goes with it
  useEffect(() => setOver(false), [id]);

  if (id !== null && !Number.isSafeInteger(id)) return <NotFound />;
  return (
    <div className={classes.page} data-chosen={id !== null || undefined}>
      <div className={classes.list}>
        <div className={classes.above} data-above-list>
          <ChannelNotices />
          {!isOverList && <StrayNotice />}
        </div>
        <ListPanel selectedId={id} hrefOf={hrefOf} />
      </div>
      <div className={classes.thread}>
        {isOverList && <StrayNotice />}
        <ThreadPanel
          conversationId={id}
          onBack={isNarrow ? () => navigate(paths.chats(slug)) : undefined}
          onToggleContact={() => showContact(!contactOpen)}
          contactOpen={contactOpen}
          hrefOf={hrefOf}
          notice={id !== null && !contactOpen && <MergeBar conversationId={id} />}
          composer={(slot) =>
            id !== null && (
              <>
                <ChannelNotice conversationId={id} />
                <Composer conversationId={id} {...slot} />
              </>
            )
          }
        />
      </div>
      {id !== null && contactOpen && (
        <ContactSide isOver={!isWide} onClose={() => showContact(false)}>
          <ContactPanel conversationId={id} onClose={() => showContact(false)} hrefOf={hrefOf} />
        </ContactSide>
      )}
    </div>
  );
}

interface SideProps {
  isOver: boolean;
  onClose: () => void;
  children: React.ReactNode;
}

/** Beside the thread where there is room, else over it until one clicks elsewhere. */
function ContactSide({ isOver, onClose, children }: SideProps) {
  useEffect(() => {
    if (!isOver) return;
    const close = (event: KeyboardEvent) => {
      if (event.key === "Escape") onClose();
    };
    window.addEventListener("keydown", close);
    return () => window.removeEventListener("keydown", close);
  }, [isOver, onClose]);
  return (
    <>
      {isOver && <div className={classes.veil} onClick={onClose} aria-hidden="true" />}
      <div className={classes.contact} data-over={isOver || undefined} data-docked={!isOver || undefined}>
        {children}
      </div>
    </>
  );
}
