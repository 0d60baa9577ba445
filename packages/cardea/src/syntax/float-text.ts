/**
 * A double as Python writes it. Python and ECMAScript both print the shortest digits that read back as the same double;
 * they differ in the form.
 */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 16)
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const plain = power < 0 ? value.toFixed(mantissa.replace(/^-?\d\.?/, '').length - power) : String(value);
  return `${Object.is(value, -0) ? '-' : ''}${plain}${Number.isInteger(value) ? '.0' : ''}`;
}
