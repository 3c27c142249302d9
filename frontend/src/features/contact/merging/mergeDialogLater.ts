import { laterDialog } from "@/ui";

export const MergeDialog = laterDialog(() => import("./MergeDialog"));
