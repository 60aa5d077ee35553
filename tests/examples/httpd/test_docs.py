#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/render-docs: on a small made-up project, and on this one.

test_docs.py HTTPD RENDER-DOCS
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

from httpd import Root, equal, run

README = '''# The name

See [the guide](docs/guide.md#the-second--part), [a folder](docs/deep/), [code](src/x.c),
[nothing](docs/missing.md), [outside](../../etc/passwd), [the web](https://example.org/).

![a picture](docs/p.svg) <img src="docs/q.png" alt="another">

```c
int main(void) { return 0; } /* <b> */
```

| a | b |
| --- | --- |
| 1 | 2 |
'''


def project():
    root = Root()
    root.file('README.md', README)
    root.file('CHANGELOG.md', '# Changes\n')
    root.file('docs/guide.md', '# The guide\n\n## The first\n\n## The second & part\n\n'
                               '[home](../README.md) [header](../include/faden/a.h)\n\n'
                               '## The first\n')
    root.file('docs/deep/README.md', '# Deep\n\n[up](../guide.md)\n')
    root.file('docs/p.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
    root.file('docs/q.png', 'png')
    root.file('src/x.c', 'int x; /* <&> */\n')
    root.file('include/faden/a.h', '/* a */\nint a(void);\n')
    root.file('man/a.3', '.Dd January 1, 2026\n.Dt A 3\n.Os\n.Sh NAME\n.Nm a\n.Nd does it\n'
                         '.Sh SYNOPSIS\n.In faden/a.h\n.Sh SEE ALSO\n.Xr b 7 , .Xr printf 3\n')
    root.file('man/b.7', '.Dd January 1, 2026\n.Dt B 7\n.Os\n.Sh NAME\n.Nm b\n.Nd map\n')
    os.makedirs(root.path + '/tools')
    shutil.copy(sys.argv[2], root.path + '/tools/render-docs')
    return root


def render(tool, out):
    p = subprocess.run([tool, out], capture_output=True, text=True, check=False)
    if p.returncode == 77:
        print('skipped: ' + p.stderr, file=sys.stderr)
        sys.exit(77)
    equal((p.returncode, p.stdout, p.stderr), (0, '', ''))


def text(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def check_links(out):
    """Every link leads to a file, and to a heading in it; nothing is loaded from elsewhere."""
    pages = glob.glob(out + '/**/*.html', recursive=True)
    for page in pages:
        body = text(page)
        for tag, name, url in re.findall(r'<(\w+)[^>]* (href|src|srcset)="([^"]*)"', body):
            if url.startswith('https://') and tag == 'a':
                continue
            assert '://' not in url, (page, url)
            path, _, anchor = url.partition('#')
            target = os.path.join(os.path.dirname(page), urllib.parse.unquote(path) or
                                  os.path.basename(page))
            assert os.path.isfile(target), (page, url)
            if anchor:
                assert f'id="{anchor}"' in text(target), (page, url)
        assert '<script' not in body and '@import' not in body, page
        assert re.search(r'<title>[^<]+ · faden</title>', body), page
    assert 'url(' not in text(out + '/style.css')
    return pages


def test_small_project():
    with project() as root:
        out = root.path + '/out'
        render(root.path + '/tools/render-docs', out)
        check_links(out)
        home = text(out + '/index.html')
        for wanted in ('href="docs/guide.html#the-second--part"', 'href="docs/deep/index.html"',
                       'href="src/x.c.html"', 'nothing, outside', 'https://example.org/',
                       'src="docs/p.svg"', 'src="docs/q.png"', '<span class="kt">int</span>',
                       '&lt;b&gt;', '<table>', '>Changes</a>', 'aria-current="page">The name</a>'):
            assert wanted in home, wanted
        guide = text(out + '/docs/guide.html')
        for wanted in ('id="the-first"', 'id="the-first-1"', 'href="../index.html"',
                       'href="../include/faden/a.h.html"', 'href="../style.css"'):
            assert wanted in guide, wanted
        manual = text(out + '/man/a.3.html')
        assert 'href="b.7.html"' in manual and 'href="printf' not in manual
        assert 'href="../include/faden/a.h.html"' in manual
        assert '&lt;&amp;&gt;' in text(out + '/src/x.c.html')
        assert 'prefers-color-scheme: dark' in text(out + '/style.css')
        assert not os.path.exists(out + '/etc')


def test_nothing_there():
    """With none of the inputs there is still a first page."""
    with Root() as root:
        os.makedirs(root.path + '/tools')
        shutil.copy(sys.argv[2], root.path + '/tools/render-docs')
        render(root.path + '/tools/render-docs', root.path + '/out')
        equal(sorted(os.listdir(root.path + '/out')), ['index.html', 'style.css'])


def test_this_project():
    with Root() as root:
        render(sys.argv[2], root.path + '/out')
        pages = check_links(root.path + '/out')
        names = {os.path.relpath(p, root.path + '/out') for p in pages}
        assert {'index.html', 'include/faden/task.h.html', 'include/faden/base.h.html'} <= names


def test_missing_program():
    with project() as root:
        p = subprocess.run([root.path + '/tools/render-docs', root.path + '/out'],
                           capture_output=True, text=True, env={'PATH': '/nowhere'}, check=False)
        equal(p.returncode, 77)
        assert 'apt-get install' in p.stderr and 'cmark-gfm mandoc' in p.stderr, p.stderr


if __name__ == '__main__':
    sys.exit(run(sys.modules[__name__]))
