package delivery

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Headers of a webhook call.
const (
	// HeaderID repeats over attempts of one message.
	HeaderID = "Docket-Message-Id"
	// HeaderSignature is the hexadecimal HMAC-SHA256 of the body under the shared secret.
	HeaderSignature = "Docket-Signature"
)

// webhook posts messages as JSON to a gateway.
type webhook struct {
	url    string
	secret []byte
	client *http.Client
}

func openWebhook(u *url.URL) (*webhook, error) {
	q := u.Query()
	secret := q.Get("secret")
	if secret == "" {
		return nil, errors.New("webhook: the address needs ?secret= for the signature")
	}
	q.Del("secret") // it is not sent
	target := *u
	target.RawQuery = q.Encode()
	return &webhook{url: target.String(), secret: []byte(secret), client: &http.Client{Timeout: carrying}}, nil
}

// letter is the body of a call.
type letter struct {
	ID       string `json:"id"`
	To       string `json:"to"`
	Subject  string `json:"subject"`
	Text     string `json:"text"`
	Language string `json:"language"`
}

// longestReply bounds what is read of the gateway's answer.
const longestReply = 64 << 10

// Carry posts the message. Any 2xx means it was taken; the id is the gateway's ("id" of a JSON answer) or the message's own.
// 4xx but 408 and 429 is permanent.
func (w *webhook) Carry(ctx context.Context, m Message) (string, error) {
	body, err := json.Marshal(letter{m.ID, m.To, m.Subject, m.Text, m.Language})
	if err != nil {
		return "", fmt.Errorf("webhook: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("webhook: %w", err)
	}
	mac := hmac.New(sha256.New, w.secret)
	mac.Write(body)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(HeaderID, m.ID)
	request.Header.Set(HeaderSignature, hex.EncodeToString(mac.Sum(nil)))
	answer, err := w.client.Do(request)
	if err != nil {
		return "", errors.New("webhook: the gateway cannot be reached") // the error's own text holds the address
	}
	defer answer.Body.Close()
	reply, err := io.ReadAll(io.LimitReader(answer.Body, longestReply))
	switch {
	case err != nil:
		return "", fmt.Errorf("webhook: %w", err)
	case answer.StatusCode < 300:
		var named struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(reply, &named) == nil && named.ID != "" {
			return named.ID, nil
		}
		return m.ID, nil
	case answer.StatusCode >= 400 && answer.StatusCode < 500 && answer.StatusCode != http.StatusRequestTimeout && answer.StatusCode != http.StatusTooManyRequests:
		return "", &Permanent{"refused", fmt.Errorf("the gateway answers %d", answer.StatusCode)}
	}
	return "", fmt.Errorf("webhook: the gateway answers %d", answer.StatusCode)
}
