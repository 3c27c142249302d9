import { Button, Combobox, useCombobox, VisuallyHidden } from "@mantine/core";
import { IconArrowBackUp, IconCheck, IconChevronDown, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";

import { type Conversation, type Me, type Member, type MemberRef, useMembers } from "@/api";
import { useTranslation } from "@/i18n";
import { Avatar } from "@/ui";

import { matching } from "../model/members";
import classes from "./ThreadHeader.module.css";

interface Props {
  conversation: Conversation;
  me: Me | undefined;
  mayHandBack: boolean;
  onAssign: (member: MemberRef | null) => void;
}

const HAND_BACK = "hand-back";

/** Who has the chat, and to whom it can be given. */
export function AssignMenu({ conversation: { assignee }, me, mayHandBack, onAssign }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const members = useMembers();
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      setSearch("");
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const found = matching(members.data ?? [], search, me?.membership?.id ?? null);
  const isOwn = assignee !== null && assignee.id === me?.membership?.id;
  const shown = isOwn ? t("thread.you") : (assignee?.name ?? t("thread.header.assign"));

  const choose = (value: string) => {
    combobox.closeDropdown();
    if (value === HAND_BACK) onAssign(null);
    const member = found.find(({ id }) => String(id) === value);
    if (member && member.id !== assignee?.id) onAssign({ id: member.id, name: member.name });
  };

  return (
    <Combobox store={combobox} width={264} position="bottom-end" shadow="lg" onOptionSubmit={choose}>
      <Combobox.Target targetType="button">
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
          onClick={() => combobox.toggleDropdown()}
        >
          <VisuallyHidden>{assignee ? t("thread.header.assignedTo", { name: shown }) : shown}</VisuallyHidden>
          <span className={`${classes.ellipsis} ${assignee ? "" : classes.optional}`} aria-hidden="true">
            {shown}
          </span>
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <div role="dialog" aria-label={t("thread.header.assignTo")}>
          <Combobox.Search
            value={search}
            placeholder={t("thread.header.findMember")}
            aria-label={t("thread.header.findMember")}
            onChange={(event) => {
              setSearch(event.currentTarget.value);
              combobox.updateSelectedOptionIndex();
            }}
          />
          <Combobox.Options mah={280} style={{ overflowY: "auto" }} aria-label={t("thread.header.assignTo")}>
            {found.map((member) => (
              <MemberOption key={member.id} member={member} me={me} isChosen={member.id === assignee?.id} />
            ))}
            {found.length === 0 && (
              <Combobox.Empty>
                {members.isError ? t("thread.header.membersFailed") : t("thread.header.noMember")}
              </Combobox.Empty>
            )}
            {mayHandBack && search === "" && (
              <Combobox.Option value={HAND_BACK} className={classes.handBack}>
                <span className={classes.option}>
                  <IconArrowBackUp size={20} stroke={1.5} aria-hidden />
                  {t("thread.header.handBack")}
                  <span />
                </span>
              </Combobox.Option>
            )}
          </Combobox.Options>
        </div>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function MemberOption({ member, me, isChosen }: { member: Member; me: Me | undefined; isChosen: boolean }) {
  const { t } = useTranslation();
  const isMe = member.id === me?.membership?.id;
  return (
    <Combobox.Option value={String(member.id)} active={isChosen}>
      <span className={classes.option}>
        <Avatar name={member.name} seed={`member-${member.id}`} size={24} />
        <span className={classes.ellipsis} dir="auto">
          {isMe ? `${member.name} (${t("thread.you").toLowerCase()})` : member.name}
        </span>
        {isChosen ? <IconCheck size={16} stroke={2} aria-hidden /> : <span />}
      </span>
    </Combobox.Option>
  );
}
