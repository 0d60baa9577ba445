import type { JsonObject } from 'cardea';
import { z } from 'zod';

/** What the webhook is asked with, and answers with. */
export const REVIEW_OF: { readonly apiVersion: string; readonly kind: string } = {
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SubjectAccessReview',
};

/** What a subject wants to do to objects of the cluster. What is absent may be sent empty. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly group?: string;
  readonly version?: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly fieldSelector?: JsonObject;
  readonly labelSelector?: JsonObject;
}

/** Who wants to do what: to objects, or at a path. */
export interface ReviewSpec {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: { readonly path: string; readonly verb: string };
}

/** `SubjectAccessReview` of `authorization.k8s.io/v1`. */
export interface SubjectAccessReview {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: ReviewSpec;
}

const text = z.string().exactOptional();
const name = z.string().min(1);
// Whatever was read as JSON: that is all that is asked of it.
const selector = (z.looseObject({}) as unknown as z.ZodType<JsonObject>).exactOptional();

/** Reads one; members that it does not know are ignored. */
export const subjectAccessReview: z.ZodType<SubjectAccessReview> = z.object({
  apiVersion: z.literal(REVIEW_OF.apiVersion),
  kind: z.literal(REVIEW_OF.kind),
  spec: z.object({
    user: name,
    groups: z.array(z.string()).exactOptional(),
    uid: text,
    extra: z.record(z.string(), z.array(z.string())).exactOptional(),
    resourceAttributes: z
      .object({
        verb: name,
        resource: name,
        namespace: text,
        group: text,
        version: text,
        subresource: text,
        name: text,
        fieldSelector: selector,
        labelSelector: selector,
      })
      .exactOptional(),
    nonResourceAttributes: z.object({ path: name, verb: name }).exactOptional(),
  }),
});
