export { ConfirmDialog } from "./ConfirmDialog";
export { Dialog, DialogButtons, type DialogProps, DialogText } from "./Dialog";
