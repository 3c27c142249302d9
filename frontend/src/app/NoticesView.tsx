import { Notifications } from "@mantine/notifications";

import classes from "./NoticesView.module.css";

export default function NoticesView() {
  return (
    <Notifications
      position="top-right"
      limit={4}
      classNames={{ root: classes.corner, notification: classes.notice }}
    />
  );
}
