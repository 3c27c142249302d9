import { Button, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconCircleCheck, IconHandGrab, IconRotateClockwise } from "@tabler/icons-react";

import type { Conversation, Me } from "@/api";
import { useTranslation } from "@/i18n";

import { allowedActions } from "../model/permissions";
import { AssignMenu } from "./AssignMenu";
import classes from "./ThreadHeader.module.css";
import { useChatActions } from "./useChatActions";

/** Take, assign, hand back, close, reopen: those that this person may do now. */
export function HeaderActions({ conversation, me }: { conversation: Conversation; me: Me | undefined }) {
  const { t } = useTranslation();
  const allowed = allowedActions(conversation, me);
  const actions = useChatActions(conversation, me);
  const handBackLabel = t("thread.header.handBack");
  return (
    <fieldset className={classes.actions} aria-label={t("thread.header.actions")}>
      {allowed.assign && (
        <AssignMenu
          conversation={conversation}
          me={me}
          mayHandBack={allowed.handBack}
          onAssign={actions.assign}
        />
      )}
      {allowed.handBack && !allowed.assign && (
        <Tooltip label={handBackLabel}>
          <Button
            className={classes.handBackAlone}
            variant="default"
            size="xs"
            aria-label={handBackLabel}
            leftSection={<IconArrowBackUp size={16} stroke={1.75} aria-hidden />}
            onClick={() => actions.assign(null)}
          >
            <span className={classes.optional}>{handBackLabel}</span>
          </Button>
        </Tooltip>
      )}
      <span className={classes.spacer} />
      {allowed.close && (
        <Button
          className={`${classes.close} ${classes.wordy}`}
          variant="default"
          size="xs"
          leftSection={<IconCircleCheck size={16} stroke={1.75} aria-hidden />}
          onClick={actions.close}
        >
          {t("thread.header.close")}
        </Button>
      )}
      {allowed.reopen && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRotateClockwise size={16} stroke={1.75} aria-hidden />}
          onClick={actions.reopen}
        >
          {t("thread.header.reopen")}
        </Button>
      )}
      {allowed.take && (
        <Button
          className={classes.wordy}
          size="xs"
          leftSection={<IconHandGrab size={16} stroke={1.75} aria-hidden />}
          onClick={actions.take}
        >
          {t("thread.header.take")}
        </Button>
      )}
    </fieldset>
  );
}
