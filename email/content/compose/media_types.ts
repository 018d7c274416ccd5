// Media types by the end of a file name, for files whose sender does not say.

/** Endings of one type each, as IANA has the types. */
const TYPES: readonly string[] = [
  "application/pdf pdf",
  "application/zip zip",
  "application/gzip gz tgz",
  "application/json json",
  "application/msword doc",
  "application/vnd.ms-excel xls",
  "application/vnd.ms-powerpoint ppt",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document docx",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation pptx",
  "application/vnd.oasis.opendocument.text odt",
  "application/vnd.oasis.opendocument.spreadsheet ods",
  "application/xml xml",
  "application/rtf rtf",
  "audio/mpeg mp3",
  "audio/ogg ogg oga",
  "audio/wav wav",
  "image/png png",
  "image/jpeg jpg jpeg",
  "image/gif gif",
  "image/webp webp",
  "image/svg+xml svg",
  "image/heic heic",
  "image/tiff tif tiff",
  "message/rfc822 eml",
  "text/plain txt log",
  "text/csv csv",
  "text/html html htm",
  "text/calendar ics",
  "text/markdown md",
  "text/vcard vcf",
  "video/mp4 mp4",
  "video/quicktime mov",
];

/**
 * The type of a file by its name; `application/octet-stream` when the name does not tell.
 *
 * @param fileName name of the file
 */
export function typeByName(fileName: string): string {
  const end = fileName.slice(fileName.lastIndexOf(".") + 1).toLowerCase();
  const found = TYPES.find((line) => line.split(" ").includes(end, 1));
  return found === undefined ? "application/octet-stream" : found.slice(0, found.indexOf(" "));
}
