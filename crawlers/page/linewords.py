"""What the words of a line say of it: that they end a sentence, are a date, a label, or about the site.

Left to others: what this weighs (`crawlers.page.weighing`).
"""

import re
from functools import lru_cache

ENDS = re.compile(r"[。！？…；!?;][”’」』）)\]]*$")
DATED = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}:\d{2}")
# Words of the site about the article, or about itself
LABEL = re.compile(
    r"^[\s（(\[【◎●|“\"*※—-]*(?:(?:信息|文章|稿件|内容|新闻)?来\s*源|稿源|作\s*者|责?任?编辑|责编|编\s*辑|校\s*对|审\s*核|一审|初审|监制|终审|发布(?:时间|日期|单位|机构|者)?|"
    r"发表(?:时间|于)|更新(?:时间|日期)|浏览|阅读|点击|访问|字[号体]|字体|打印|关闭|分享|收藏|评论|点赞|转发|扫一扫|扫码|上一[篇页条]|下一[篇页条]|返回|"
    r"相关(?:阅读|新闻|推荐|链接|文章|稿件)|延伸阅读|推荐阅读|热门|更多|标签|关键[词字]|当前位置|您(?:现在)?的?(?:当前)?位置|您所在的?位置|首页|"
    r"版权|声明|免责|特别声明|主办|承办|备案|联系|电话|地址|邮编|举报|原标题|附件下载|索\s*引\s*号|主题分类|发文(?:机关|字号|日期)|成文日期)(?:$|[\s:：丨|>》、，】\]】]|.{0,12}$)"
)
SITE_LINE = re.compile(
    r"copyright|©|\(c\)|ICP[备证]|公网安备|版权所有|All Rights Reserved|许可证|举报电话|违法和不良信息|网站标识码|技术支持|主办单位|网站地图|下载(?:客户端|APP)|"
    r"不代表本|存储空间服务|(?:平台|特别|免责|版权|本[网站刊报]|郑重)声明|侵权|转载请|授权|仅供参考|关注(?:我们|公众号|微信)|扫(?:码|描|一扫)|二维码|未经(?:书面)?(?:授权|许可)|客户端|网友评论|发表评论|登录后|责任编辑|责编",
    re.IGNORECASE,
)
# Lines after which a page turns to other things
END_LINE = re.compile(
    r"^[\s【\[（(|/>·]*(?:您?(?:可能|也许)?(?:还|会|也)*(?:感兴趣|喜欢)(?:的.{0,4})?|猜你喜欢|相关\S{0,6}|推荐\S{0,4}|热门\S{0,4}|热点\S{0,4}|为您?推荐|编辑推荐|精彩推荐|更多\S{0,4}|"
    r"延伸阅读|网友评论|最新评论|全部评论|热门评论|精彩评论|评论\S{0,6}|我要评论|发表评论|我来说两句|跟帖\S{0,4}|留言\S{0,4}|上一[篇条页]|下一[篇条页]|责任编辑|责编|编辑(?!$)|分享到?|打印\S{0,4}|"
    r"关闭\S{0,4}|返回\S{0,4}|收藏\S{0,4}|举报|点赞|附件下载|免责声明|版权声明|特别声明|声明)(?:$|[\s:：】\]）)>]|[（(]\d*[)）]|\d)"
)
# A longer line is no label, and no date alone
SHORT = 80


def _only_dated(text: str) -> bool:
    """Whether it names a time and is no sentence."""
    return text[-1:] not in "。！？" and DATED.search(text) is not None


@lru_cache(maxsize=8192)
def told(text: str) -> tuple[bool, bool, bool, bool]:
    """What the words of a short line say: whether they end a sentence, are a date, a label, or about the site. Menus and
    footers are the same on all pages of a site."""
    return (
        ENDS.search(text) is not None,
        _only_dated(text),
        LABEL.match(text) is not None,
        SITE_LINE.search(text) is not None,
    )


def told_long(text: str) -> tuple[bool, bool, bool, bool]:
    about_site = len(text) < 240 and SITE_LINE.search(text) is not None
    return ENDS.search(text) is not None, False, False, about_site
