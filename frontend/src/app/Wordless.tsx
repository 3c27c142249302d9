import classes from "./Wordless.module.css";

/** What stands there when the texts of no language have come: the few words it takes are here. */
export function Wordless() {
  return (
    <div className={classes.page} role="alert">
      <p lang="es">No hay conexión con el servidor.</p>
      <p lang="en">No connection to the server.</p>
      <button type="button" onClick={() => window.location.reload()}>
        <span lang="es">Recargar</span> · <span lang="en">Reload</span>
      </button>
    </div>
  );
}
