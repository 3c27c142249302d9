export { AudioPlayer } from "./AudioPlayer";
export { type FileFamily, fileFamily, fileTag } from "./fileType";
export { byteSize, clock, duration } from "./format";
export { resample } from "./levels";
export { playback } from "./playback";
export { useFileSize } from "./useFileSize";
