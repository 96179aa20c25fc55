export { escape, html, Html, join, nothing, type Fill } from '../../html.ts'
