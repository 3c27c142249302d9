import { Combobox, useCombobox } from "@mantine/core";
import { IconArrowBackUp, IconCheck } from "@tabler/icons-react";
import { useEffect, useState } from "react";

import { type Me, type Member, type MemberRef, useMembers } from "@/api";
import { useTranslation } from "@/i18n";
import { Avatar } from "@/ui";

import { matching } from "../model/members";
import classes from "./ThreadHeader.module.css";

interface Props {
  chosen: MemberRef | null;
  me: Me | undefined;
  mayHandBack: boolean;
  /** Null gives the chat back to those that nobody has. */
  onPick: (member: MemberRef | null) => void;
  onClose: () => void;
}

const HAND_BACK = "hand-back";

/** The members, found by name; arrows and Enter choose. */
export default function MemberPicker({ chosen, me, mayHandBack, onPick, onClose }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const members = useMembers();
  const combobox = useCombobox({ opened: true, onDropdownClose: onClose });
  const { focusSearchInput } = combobox;
  useEffect(focusSearchInput, [focusSearchInput]);
  const found = matching(members.data ?? [], search, me?.membership?.id ?? null);

  const choose = (value: string) => {
    const member = found.find(({ id }) => String(id) === value);
    if (value === HAND_BACK) onPick(null);
    else if (member) onPick({ id: member.id, name: member.name });
  };

  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
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
          <MemberOption key={member.id} member={member} me={me} isChosen={member.id === chosen?.id} />
        ))}
        {found.length === 0 && (
          <Combobox.Empty>
            {t(
              members.isPending
                ? "common.loading"
                : members.isError
                  ? "thread.header.membersFailed"
                  : "thread.header.noMember",
            )}
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
