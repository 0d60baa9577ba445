import { parseNetwork } from '../../ast/network.ts';
import { quote } from '../../errors.ts';
import type { RuleData } from '../../model/policy.ts';
import { unsupported, type VaktRule } from './vakt-place.ts';
import { type Meaning, NO_TYPE, STRING, total } from './meaning.ts';
import { networkHolds, networkText, parseAddress, type PythonNetwork, pythonNetwork } from './python-network.ts';

/** vakt's `CIDR`: false for what is no address, and never true where the network itself is none. */
export function lowerNetwork(rule: VaktRule): Meaning {
  const cidr = rule.attributes.get('cidr');
  if (cidr === undefined) return unsupported(rule, 'the rule has no `cidr`');
  const network = pythonNetwork(cidr);
  if (network === undefined) {
    rule.changed.push({
      path: rule.path,
      message: `${quote(typeof cidr === 'string' ? cidr : 'the value')} is no network, so this rule has never matched and never will`,
    });
    return total({ $neither: true }, NO_TYPE);
  }
  // The text of the policy stays where our operator reads it as it is.
  const text = typeof cidr === 'string' && parseNetwork(cidr) !== undefined ? cidr : networkText(network);
  const applies = networkRule(network, text);
  return { ...total({ $type: 'string', ...applies }, STRING), applies };
}

const MAPPED = parseAddress('::ffff:0.0.0.0') as PythonNetwork;

/**
 * Our operator takes an IPv4-mapped IPv6 address for the IPv4 address that it is. Networks of IPv6 that hold
 * such addresses keep doing so; networks of IPv4 now hold them too (Q14 of the migration guide).
 */
function networkRule(network: PythonNetwork, text: string): RuleData {
  if (network.version === 4 || !meetsMapped(network)) return { $cidr: text };
  const mapped: RuleData = {
    $contains: ':',
    $cidr: networkText({
      version: 4,
      bits: network.prefix > 96 ? network.bits & 0xffffffffn : 0n,
      prefix: Math.max(network.prefix - 96, 0),
    }),
  };
  return network.prefix >= 96 ? mapped : { $or: [{ $cidr: text }, mapped] };
}

function meetsMapped(network: PythonNetwork): boolean {
  return network.prefix < 96 ? networkHolds(network, MAPPED) : networkHolds({ ...MAPPED, prefix: 96 }, network);
}
