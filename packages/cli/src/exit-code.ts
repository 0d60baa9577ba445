/** What the process tells its caller. Scripts build on these numbers: they never change their meaning. */
export const EXIT: Readonly<Record<'ok' | 'no' | 'error' | 'interrupted' | 'closedPipe' | 'terminated', number>> = {
  /** `check`: allowed. Other commands: done, and nothing to complain about. */
  ok: 0,
  /** `check`: denied. `lint`: findings. `fmt --check`: files that are not formatted. `import`: policies that were refused. */
  no: 1,
  /** Something was wrong with the command line, a file or an input; nothing was decided or changed. */
  error: 2,
  /** SIGINT, as a shell reports it. */
  interrupted: 130,
  /** Nobody reads the output any more: SIGPIPE, as a shell reports it. Never 0, which would mean allowed. */
  closedPipe: 141,
  /** SIGTERM, as a shell reports it. */
  terminated: 143,
};
