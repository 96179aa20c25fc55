/** Languages beside the shell, with the client that the sample uses. */
export const sampleLanguages = [
  { name: 'JavaScript', target: 'javascript', client: 'fetch' },
  { name: 'Python', target: 'python', client: 'requests' },
  { name: 'PHP', target: 'php', client: 'curl' },
  { name: 'Java', target: 'java', client: 'okhttp' },
  { name: 'C#', target: 'csharp', client: 'httpclient' },
] as const
