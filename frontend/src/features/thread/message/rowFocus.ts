import { createContext, useContext } from "react";

/** Whether the keyboard stands on this message: only then are the things inside it stops for Tab. */
export const RowFocus = createContext(true);

export const useTabIndex = (): 0 | -1 => (useContext(RowFocus) ? 0 : -1);
