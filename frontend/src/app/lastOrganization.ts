import { remembered } from "./remembered";

export const lastOrganization = remembered("organization");
