import { IconBellOff } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Contact, Conversation } from "@/api";
import { useTranslation } from "@/i18n";
import { Avatar, fullTime, personName, readablePhone, TimeLabel, useZone } from "@/ui";

import classes from "./ContactPanel.module.css";
import { Copyable } from "./Copyable";
import { Merging } from "./merging/Merging";
import { distinctIdentities } from "./model/identities";

interface Props {
  contact: Contact;
  conversation: Conversation;
  hrefOf?: (conversationId: number) => string;
}

export function ContactDetails({ contact, conversation, hrefOf }: Props) {
  const { t, i18n } = useTranslation();
  const timeZone = useZone();
  const say = (iso: string) => fullTime(iso, i18n.language, timeZone);
  const name = personName(contact, t("common.unnamed"));
  const fullName = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  const identities = distinctIdentities(contact);
  const others = contact.conversations.filter(({ id }) => id !== conversation.id);
  return (
    <>
      <div className={classes.person}>
        <Avatar name={contact.name} seed={contact.id} size={72} />
        <p className={classes.name} dir="auto">
          {name}
        </p>
        {contact.username && name !== `@${contact.username}` && (
          <p className={classes.handle}>
            <bdi>@{contact.username}</bdi>
          </p>
        )}
      </div>
      <Merging contactId={contact.id} />
      {contact.opted_out_at && (
        <p className={classes.optedOut}>
          <IconBellOff size={17} stroke={1.75} aria-hidden />
          <span>
            <strong>{t("contact.optedOut")}</strong>
            {t("contact.optedOutSince", { time: say(contact.opted_out_at) })}
          </span>
        </p>
      )}
      <dl className={classes.fields}>
        <Field label={t("contact.phone")}>
          {contact.phone ? (
            <Copyable
              value={contact.phone}
              shown={readablePhone(contact.phone)}
              label={t("contact.copyPhone")}
            />
          ) : (
            t(contact.username ? "contact.noPhone" : "contact.hiddenPhone")
          )}
        </Field>
        {fullName && fullName !== name && <Field label={t("contact.name")}>{fullName}</Field>}
        {contact.profile_name && contact.profile_name !== name && (
          <Field label={t("contact.profileName")}>{contact.profile_name}</Field>
        )}
        {conversation.last_inbound_at && (
          <Field label={t("contact.lastWrote")}>{say(conversation.last_inbound_at)}</Field>
        )}
        <Field label={t("contact.since")}>{say(contact.created_at)}</Field>
        <Field label={t("contact.channel")}>
          {conversation.channel.name}
          <span className={classes.quiet}>
            <bdi>{readablePhone(conversation.channel.phone)}</bdi>
          </span>
        </Field>
      </dl>
      {identities.length > 0 && (
        <Section title={t("contact.identities")}>
          <dl className={classes.fields}>
            {identities.map(({ kind, value }) => (
              <Field key={`${kind}:${value}`} label={t(`contact.identityKinds.${kind}`)}>
                <Copyable
                  value={value}
                  shown={kind === "phone" ? readablePhone(`+${value}`) : value}
                  label={t("contact.copyValue", { value })}
                />
              </Field>
            ))}
          </dl>
        </Section>
      )}
      <Section title={t("contact.conversations")}>
        {others.length === 0 && <p className={classes.empty}>{t("contact.noConversations")}</p>}
        <ul className={classes.others}>
          {others.map(({ id, status, last_activity_at: at }) => (
            <li key={id}>
              <OtherConversation href={hrefOf?.(id)}>
                <span>{t(`common.status.${status}`)}</span>
                <TimeLabel at={at} className={`${classes.quiet} tabular`} />
              </OtherConversation>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.field}>
      <dt>{label}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h3 className={classes.sectionTitle}>{title}</h3>
      {children}
    </section>
  );
}

function OtherConversation({ href, children }: { href: string | undefined; children: ReactNode }) {
  if (href === undefined) return <span className={classes.other}>{children}</span>;
  return (
    <a className={classes.other} href={href}>
      {children}
    </a>
  );
}
