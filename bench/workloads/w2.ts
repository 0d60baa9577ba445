import { below, letters, type Random } from '../random.ts';
import { policyRandom, type Workload } from '../workload.ts';

/**
 * vakt's own benchmark of regular expressions: patterns of random letters for subjects, two prefixes of
 * resources, an alternation of two actions, one network. Half of the inquiries are vakt's own, about an
 * action that nobody mentions; the others fit a policy.
 */
export const patterns: Workload = {
  id: 'W2',
  variant: 'patterns',
  policy: (number) => {
    const random = policyRandom('W2', 'patterns', number);
    return {
      uid: `p${number}`,
      effect: random() < 0.5 ? 'deny' : 'allow',
      subjects: [`<[\\d]{3}[${letters(random, 10)}]*>`, `<[${letters(random, 10)}]{2}>`],
      actions: [`<${letters(random, 10)}|${letters(random, 10)}>`],
      resources: ['library:books:<.+>', 'office:magazines:<.+>'],
      context: { ip: { $cidr: '127.0.0.1/32' } },
    };
  },
  inquiry: (random, { subjects: [subject], actions: [action] }) => {
    const hit = random() < 0.5;
    return {
      subject: hit ? fitting(subject as string, random) : 'xo',
      action: hit ? (action as string).slice(...(random() < 0.5 ? [1, 11] : [12, 22])) : 'get',
      resource: `library:books:${below(random, 10_000)}`,
      context: { ip: '127.0.0.1' },
    };
  },
};

function fitting(pattern: string, random: Random): string {
  const letter = pattern.charAt(pattern.lastIndexOf('[') + 1 + below(random, 10));
  return `${100 + below(random, 900)}${letter.repeat(below(random, 4))}`;
}
