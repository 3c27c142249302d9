import { Button, Popover, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconUserPlus } from "@tabler/icons-react";
import { Suspense } from "react";

import type { Conversation, Me, MemberRef } from "@/api";
import { useTranslation } from "@/i18n";
import { Avatar, later } from "@/ui";

import classes from "./ThreadHeader.module.css";

const MemberPicker = later(() => import("./MemberPicker"));

interface Props {
  conversation: Conversation;
  me: Me | undefined;
  mayHandBack: boolean;
  onAssign: (member: MemberRef | null) => void;
}

/** Who has the chat, and to whom it can be given. */
export function AssignMenu({ conversation: { assignee }, me, mayHandBack, onAssign }: Props) {
  const { t } = useTranslation();
  const [isOpen, picker] = useDisclosure(false);
  const isOwn = assignee !== null && assignee.id === me?.membership?.id;
  const shown = isOwn ? t("thread.you") : (assignee?.name ?? t("thread.header.assign"));
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => !open && picker.close()}
      width={264}
      position="bottom-end"
      returnFocus
      // Its own would name the picker by the button, which says who has the chat.
      withRoles={false}
    >
      <Popover.Target>
        <Button
          className={classes.assignee}
          variant="default"
          size="xs"
          leftSection={
            assignee ? (
              <Avatar name={assignee.name} seed={`member-${assignee.id}`} size={20} />
            ) : (
              <IconUserPlus size={16} stroke={1.75} aria-hidden />
            )
          }
          rightSection={<IconChevronDown size={14} stroke={1.75} aria-hidden />}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          onClick={picker.toggle}
        >
          <VisuallyHidden>{assignee ? t("thread.header.assignedTo", { name: shown }) : shown}</VisuallyHidden>
          <span className={`${classes.ellipsis} ${assignee ? "" : classes.optional}`} aria-hidden="true">
            {shown}
          </span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.members} role="dialog" aria-label={t("thread.header.assignTo")}>
        <Suspense
          fallback={
            <div className={classes.membersRoom} role="status">
              {t("common.loading")}
            </div>
          }
        >
          <MemberPicker
            chosen={assignee}
            me={me}
            mayHandBack={mayHandBack}
            onPick={(member) => {
              picker.close();
              if (member === null || member.id !== assignee?.id) onAssign(member);
            }}
            onClose={picker.close}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
