export const composer = {
  label: "Escribir un mensaje",
  placeholder: "Escribe tu mensaje…",
  send: "Enviar",
  sendHint: "Enter envía · Shift + Enter hace una línea nueva",
  tooLong_one: "Sobra {{count}} carácter",
  tooLong_other: "Sobran {{count}} caracteres",
  left_one: "Queda {{count}} carácter",
  left_other: "Quedan {{count}} caracteres",
  replyingTo: "Respondes a {{name}}",
  replyingToYou: "Respondes a tu mensaje",
  cancelReply: "Quitar la cita",
  window: {
    left: "Quedan {{time}}",
    explained: "Tiempo para responder libremente: 24 horas desde el último mensaje del cliente.",
    doubtful: "La ventana está por cerrarse",
  },
  duration: { hours: "{{hours}} h", minutes: "{{minutes}} min", both: "{{hours}} h {{minutes}} min" },
  colleague: "Este chat lo atiende {{name}}",
  presence: {
    typing_one: "{{names}} está escribiendo…",
    typing_other: "{{names}} están escribiendo…",
    viewing_one: "{{names}} también está viendo este chat",
    viewing_other: "{{names}} también están viendo este chat",
  },
  locked: {
    window:
      "Pasaron más de 24 horas desde el último mensaje de {{name}}. Espera a que escriba para responderle.",
    never: "{{name}} todavía no ha escrito. Podrás responder cuando lo haga.",
    colleague: "Este chat lo atiende {{name}}. Solo quien lo atiende puede responder.",
    unassigned: "Este chat no tiene a nadie asignado y tu rol no permite tomarlo.",
  },
};
