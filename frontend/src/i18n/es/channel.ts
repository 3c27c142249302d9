/** The organisation's numbers and what stops them. */
export const channel = {
  stopped: "Los envíos de este número están detenidos: {{reason}}",
  stoppedOf: "Los envíos de {{name}} están detenidos: {{reason}}",
  waiting: "Lo que escribas se guarda y saldrá cuando se reanuden.",
  resume: "Reanudar",
  resumeHint: "Cuando lo hayas resuelto, reanuda los envíos.",
  resumed: "Los envíos se reanudaron",
  resumedHint: "Lo que esperaba sale ahora. Si la causa sigue, el aviso volverá.",
  resumeFailed: "No se pudieron reanudar los envíos",
};
