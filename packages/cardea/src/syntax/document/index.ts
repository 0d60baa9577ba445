/**
 * Policy documents in YAML 1.2 and JSON. Needs the peer dependency `yaml`.
 *
 * @module
 */
export { DOCUMENT_LIMITS, type DocumentLimits } from './document-limits.ts';
export { formatDocument } from './format-document.ts';
export { type DataDocument, parseDataDocument } from './parse-data-document.ts';
export { type DocumentOptions, type PolicyDocument, parseDocument, parseDocuments } from './parse-document.ts';
export { parseInquiryDocument } from './parse-inquiry-document.ts';
export { type ImportCounts, type ImportMode, type ImportPlan, planImport, type PolicySet } from './plan-import.ts';
export type { DocumentFile, DocumentFormat } from './read-document.ts';
export { readSame, readStore, type StoreContent, type StoreReader } from './read-store.ts';
export { policySchema } from './schema.ts';
export type { Position } from './source-text.ts';
export { writeDocument, type WriteDocumentOptions } from './write-document.ts';
