/** Why something of a model or a policy is no policy of Cardea: it is named. */
export class NotExpressible extends Error {}
