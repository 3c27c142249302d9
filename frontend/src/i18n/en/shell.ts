import type { Texts } from "../texts";

export const shell: Texts["shell"] = {
  menu: "Menu",
  chats: "Chats",
  openMenu: "Open the menu",
  closeMenu: "Close the menu",
};
