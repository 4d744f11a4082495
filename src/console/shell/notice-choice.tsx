import { texts } from '#console/texts/texts.ts'
import { chooseNotice, noticeWay, noticeWays } from './notices.ts'

/** A setting of this browser. */
export const NoticeChoice = () => (
  <label>
    {texts.notice}
    <select
      value={noticeWay.value}
      onChange={({ currentTarget }) => chooseNotice(noticeWays.find((way) => way === currentTarget.value) ?? 'none')}
    >
      {noticeWays.map((way) => (
        <option key={way} value={way}>
          {texts.noticeWays[way]}
        </option>
      ))}
    </select>
  </label>
)
