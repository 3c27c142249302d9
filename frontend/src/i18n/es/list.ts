export const list = {
  search: "Buscar nombre o número…",
};
