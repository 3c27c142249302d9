import { IconExternalLink } from "@tabler/icons-react";

import { useTranslation } from "@/i18n";

import type { Place } from "../content/kinds";
import { coordinates, drawnStreets, mapUrl } from "../content/map";
import { safeHref } from "../format/links";
import { useTabIndex } from "../message/rowFocus";
import classes from "./Card.module.css";

/** Where it is, drawn here: no map server learns what customers send us. */
export function LocationCard({ place }: { place: Place }) {
  const { t } = useTranslation();
  const tabIndex = useTabIndex();
  const site = place.url === "" ? null : safeHref(place.url);
  const away = { target: "_blank", rel: "noopener noreferrer nofollow", tabIndex };
  return (
    <div className={classes.card}>
      <DrawnMap place={place} />
      <div className={classes.place}>
        <span className={classes.name} dir="auto">
          {place.name || t("content.location.title")}
        </span>
        {place.address && (
          <span className={classes.note} dir="auto">
            {place.address}
          </span>
        )}
        <bdi className={`${classes.note} tabular`}>{coordinates(place)}</bdi>
        <span className={classes.links}>
          <a className={classes.link} href={mapUrl(place)} {...away}>
            <IconExternalLink size={14} stroke={1.75} aria-hidden />
            {t("content.location.open")}
          </a>
          {site && (
            <a className={classes.link} href={site} {...away} title={site}>
              {t("content.location.site", { host: new URL(site).hostname })}
            </a>
          )}
        </span>
      </div>
    </div>
  );
}

function DrawnMap({ place }: { place: Place }) {
  return (
    <svg
      className={classes.map}
      viewBox="0 0 300 116"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      <rect className={classes.ground} width="300" height="116" />
      {drawnStreets(place).map(({ d, isMain }) => (
        <path key={d} className={isMain ? classes.main : classes.street} d={d} />
      ))}
      <ellipse className={classes.shade} cx="150" cy="78" rx="9" ry="3.5" />
      <path
        className={classes.pin}
        d="M150 78 C142 66 134 59 134 48 a16 16 0 1 1 32 0 C166 59 158 66 150 78 Z"
      />
      <circle className={classes.eye} cx="150" cy="48" r="6" />
    </svg>
  );
}
