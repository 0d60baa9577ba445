import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How much there was of something in an area and a month. */
export interface EnergyValue {
  readonly id: number;
  readonly geo: string;
  readonly indicator: string;
  readonly month: string;
  /** Null where the value is missing. */
  readonly gwh: number | null;
  /** What is said of the value, such as `p` for a provisional one; null where nothing is. */
  readonly flag: string | null;
}

/** What the files of a dataset hold, by their names. */
export interface DatasetFiles {
  /** Series by line, months by column, separated by tabs. */
  readonly values: string;
  /** Names and ids, with a comma between them. */
  readonly indicators: string;
}

/** The files of a folder. */
export function readDataset(folder: string): DatasetFiles {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { values: read('nrg_105m_tabular.tsv'), indicators: read('indic_nrg.csv') };
}

/** All values of a dataset, one for each series and month, with the ids of areas and indicators. */
export function valuesOf({ values }: DatasetFiles): readonly EnergyValue[] {
  const [header = '', ...series] = values.trimEnd().split('\n');
  const months = header
    .split('\t')
    .slice(1)
    .map((month) => month.trim());
  return series.flatMap((line, at) => {
    const [key = '', ...cells] = line.split('\t');
    const [, , , indicator = '', geo = ''] = key.split(',');
    return months.map((month, column): EnergyValue => {
      const [value = ':', flag = ''] = (cells[column] ?? ':').trim().split(' ');
      const id = at * months.length + column;
      return { id, geo, indicator, month, gwh: value === ':' ? null : Number(value), flag: flag === '' ? null : flag };
    });
  });
}

/** The values of indicators that have a short name, `exports_to_EU`, under that name. */
export function namedValues(files: DatasetFiles): readonly EnergyValue[] {
  const names = new Map(namesOf(files.indicators).filter(([, name]) => name.includes('_')));
  return valuesOf(files).flatMap((value) => {
    const indicator = names.get(value.indicator);
    return indicator === undefined ? [] : [{ ...value, indicator }];
  });
}

function namesOf(text: string): readonly (readonly [id: string, name: string])[] {
  const [, ...lines] = text.trimEnd().split('\n');
  return lines.map((line) => [line.slice(line.lastIndexOf(',') + 1), line.slice(0, line.lastIndexOf(','))]);
}
