/** How a picture lies in the room it has: scaled about its middle, then moved. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
export const MOST = 6;

/**
 * Scale by a factor so that the point under the pointer stays where it is.
 *
 * Args:
 *   point: from the middle of the room, in pixels.
 *   picture: as large as it is at scale 1.
 */
export function zoomAt(view: View, factor: number, point: Point, picture: Size, room: Size): View {
  const scale = Math.min(MOST, Math.max(1, view.scale * factor));
  if (scale === 1) return WHOLE;
  const grown = scale / view.scale;
  const moved = {
    scale,
    x: point.x - (point.x - view.x) * grown,
    y: point.y - (point.y - view.y) * grown,
  };
  return within(moved, picture, room);
}

/** Move, but never so far that an edge comes away from the room's. */
export function pan(view: View, by: Point, picture: Size, room: Size): View {
  return within({ ...view, x: view.x + by.x, y: view.y + by.y }, picture, room);
}

function within({ scale, x, y }: View, picture: Size, room: Size): View {
  const most = (side: number, space: number) => Math.max(0, (side * scale - space) / 2);
  const clamp = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value)) + 0;
  return {
    scale,
    x: clamp(x, most(picture.width, room.width)),
    y: clamp(y, most(picture.height, room.height)),
  };
}
