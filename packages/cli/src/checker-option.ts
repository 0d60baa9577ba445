import { type Checker, defaultChecker, exactChecker, fuzzyChecker, regexChecker, rulesChecker } from 'cardea';
import { Option } from 'commander';

/** The checkers by name. */
export const CHECKERS: Readonly<Record<Checker['name'], () => Checker>> = {
  default: defaultChecker,
  rules: rulesChecker,
  regex: regexChecker,
  exact: exactChecker,
  fuzzy: fuzzyChecker,
};

/** The option that names a checker. */
export function checkerOption(): Option {
  return new Option('--checker <name>', 'how elements are read').choices(Object.keys(CHECKERS)).default('default');
}

/** The option that names modules of functions. */
export function functionsOption(): Option {
  return new Option(
    '--functions <module...>',
    'JavaScript modules that export the functions that policies call; vakt for those of imported vakt policies',
  );
}
