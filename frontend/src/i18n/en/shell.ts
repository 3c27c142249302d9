import type { Texts } from "../texts";

export const shell: Texts["shell"] = {
  menu: "Main menu",
  chats: "Chats",
  openMenu: "Widen the menu",
  closeMenu: "Narrow the menu",
  skip: "Skip to the content",
  connection: {
    connecting: "Connecting…",
    live: "In sync",
    catching_up: "Catching up…",
    reconnecting: "Reconnecting…",
    offline: "No connection",
  },
  banner: {
    connecting: "Connecting… New messages will appear once there is a connection.",
    catching_up: "Catching up with what came in the meantime…",
    reconnecting: "Reconnecting… There may be messages that you do not see yet.",
    offline: "No connection. What you write will be sent when it is back.",
  },
  organization: "Organisation: {{name}}",
  changeOrganization: "Change organisation",
  account: "Your account: {{name}}",
  roles: { owner: "Owner", manager: "Manager", agent: "Agent" },
  language: "Language",
  appearance: "Appearance",
  schemes: { light: "Light", dark: "Dark", auto: "System" },
  signOut: "Sign out",
  unsent: {
    title: "You have unsent messages",
    text_one: "{{count}} message has not left yet. If you sign out now, it is lost.",
    text_other: "{{count}} messages have not left yet. If you sign out now, they are lost.",
    stay: "Wait for them",
    leave: "Discard and sign out",
  },
  languageFailed: "The language was not saved",
  startFailed: "bandeja could not be opened",
  notYours: {
    title: "We cannot find this organisation",
    text: "It does not exist, or you are no longer part of it.",
    go: "Go to {{name}}",
  },
  noOrganization: {
    title: "You are not part of any organisation yet",
    text: "Ask whoever manages it to invite you.",
  },
  notFound: {
    title: "This page does not exist",
    text: "The address is mistyped or no longer in use.",
    go: "Go to the chats",
  },
  broken: {
    title: "Something broke on this screen",
    text: "Your messages are safe.",
    reload: "Reload the page",
  },
};
