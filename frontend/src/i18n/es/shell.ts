export const shell = {
  menu: "Menú",
  chats: "Chats",
  openMenu: "Abrir el menú",
  closeMenu: "Cerrar el menú",
};
