// `app` puts them where the numbers matter: above the chats, and above the message box.
export { ChannelNotice, ChannelNotices } from "./ChannelNotice";
